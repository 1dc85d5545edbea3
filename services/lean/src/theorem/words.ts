/** Words of Lean 4 and Mathlib: which begin commands, and which of them, of options and of attributes a candidate may use. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** What may stand before a command's own word. */
export const modifiers = words(
  'private protected noncomputable partial unsafe nonrec public meta local scoped',
);

/** What begins a command wherever it stands: Lean's own, which end any proof before them. */
export const commandWords = words(`
  theorem lemma def abbrev instance axiom opaque example inductive structure class
  namespace section end open import prelude universe variable set_option attribute mutual deriving initialize
  builtin_initialize macro macro_rules syntax declare_syntax_cat elab elab_rules notation infix infixl infixr prefix postfix
  add_decl_doc init_quot gen_injective_theorems export
  run_cmd run_elab run_meta simproc dsimproc simproc_decl dsimproc_decl builtin_simproc builtin_dsimproc
  builtin_simproc_decl builtin_dsimproc_decl builtin_simproc_pattern simproc_pattern
  register_option register_builtin_option register_simp_attr register_label_attr register_parser_alias
  register_tactic_tag register_error_explanation declare_simp_like_tactic declare_config_elab declare_command_config_elab
  declare_aesop_rule_sets binder_predicate unif_hint initialize_simps_projections grind_pattern
  add_aesop_rules erase_aesop_rules compile_inductive compile_def library_note assert_not_exists assert_exists
  assert_not_imported notation3 irreducible_def proof_wanted mk_iff_of_inductive_prop extend_docs tactic_extension
  recommended_spelling docs_to_verso suppress_compilation unsuppress_compilation variable? unset_option
  count_heartbeats deprecated_module show_panel_widgets guard_msgs coinductive elab_stx
  cbv_simproc cbv_simproc_decl cbv_simproc_pattern builtin_cbv_simproc builtin_cbv_simproc_decl grind_propagator
  builtin_grind_propagator set_library_suggestions set_premise_selector test_extern with_weak_namespace lrat_proof
  register_hint register_try?_tactic register_linter_set register_grind_attr register_sym_simp register_sym_dsimp
  register_sym_simp_attr register_aesop_check_option declare_aesop_exception declare_config_elab_legacy
  declare_command_config_elab_legacy declare_core_config_elab declare_term_config_elab def_eval_config_item def_replacer
  declare_int_theorems declare_uint_theorems declare_sint_simprocs declare_uint_simprocs norm_cast_add_elim
  init_grind_norm reset_grind_attrs grind_annotated deprecated_syntax unlock_limits insert_to_additive_translation
`);

/** What begins a command only with some imports, or in some versions, and may be a name otherwise: at a line's start only. */
export const softCommandWords = words(
  'constant include omit alias seal unseal whatsnew deprecate module sudo recall',
);

/** What follows `#` and makes a command of it. Others are, at a line's start. */
export const hashWords = words(`
  check check_failure check_tactic check_simp check_assertions eval eval! print print_axioms print_dependents reduce synth
  exit find find_home find_home! find_syntax where import version conv norm_num simp unfold? unfold guard guard_expr
  guard_msgs min_imports redundant_imports trans_imports help string_diagram widget html search loogle leansearch moogle
  statesearch test sample lint list_linters instances explode tactic whnf whnfR parse long_names long_instances time
  count_heartbeats aesop_stats aesop_rules discr_tree_key discr_tree_simp_key slim_check plausible push_discr_tree
  adaptation_note stacks_tags kerodon_tags check_not_exists dump_async_env_state print_fun_prop_theorems eval_expr
  print_simp_set grind_lint show_kind ring_nf stats reset_stats allow_unused_tactic simp_arith defeq
`);

/** Commands that a candidate's file may have before the theorem. */
export const helperCommands = words(`
  theorem lemma def abbrev instance structure inductive class example namespace section end open variable universe
  set_option attribute notation notation3 infix infixl infixr prefix postfix mutual deriving alias include omit
`);

/** Of these only the text is checked: they are left out of what Lean is given. */
export const droppedCommands = words('#check #print');

/** Words that no proof needs and that run code, reach past the kernel, or rest on the compiler; any part of a dotted name. */
export const deniedWords = words(`
  run_cmd run_elab run_meta run_tac by_elab elab elab_rules macro macro_rules syntax declare_syntax_cat include_str
  initialize builtin_initialize simproc dsimproc simproc_decl dsimproc_decl implemented_by extern csimp unsafe
  native_decide nativeDecide sorryAx lcProof lcUnreachable lcAny ofReduceBool ofReduceNat reduceBool trustCompiler
  addDecl addDeclCore addDeclWithoutChecking addAndCompile compileDecl modifyEnv setEnv withEnv
  evalDecl evalConst evalConstCheck evalExpr evalTerm unsafeCast unsafeIO unsafeBaseIO unsafeEIO
  unsafePerformIO ptrAddrUnsafe register_option builtin_simproc prelude computed_field
  grind_propagator cbv_simproc set_library_suggestions set_premise_selector test_extern
  println! idbg dbg_trace dbgTrace dbgTraceVal dbgTraceIfShared dbgStackTrace dbgSleep
`);

/** Tactics that run what a candidate has defined, to look for counterexamples: they prove nothing. */
export const searches = words('plausible slim_check');

/**
 * Namespaces that only programs use. Terms of a candidate's are evaluated in some places (`simp (config := …)`, rules of
 * aesop), and there a function of these may do anything.
 */
export const deniedNamespaces = words(
  'IO EIO BaseIO Lean System Task Aesop Lake ProofWidgets Qq Plausible LeanSearchClient ImportGraph Cli',
);

/** What proofs have of `Lean`. */
export const logicOfLean = words('Grind Omega Order RArray Data HashMap HashSet');

/** Options that change how Lean works on a proof, never whether it checks it. */
const options = words(`
  maxRecDepth maxHeartbeats maxUniverseOffset maxSynthPendingDepth autoImplicit relaxedAutoImplicit autoLift
  diagnostics diagnostics.threshold exponentiation.threshold smartUnfolding simprocs profiler profiler.threshold
  checkBinderAnnotations structureDiamondWarning genSizeOf genSizeOfSpec genInjectivity
  inductive.autoPromoteIndices maxTraceChildren showInferredTerminationBy allowUnsafeReducibility
  hygienicIntro push_neg.use_distrib quotPrecheck wf.preprocess
`);
// biome-ignore format: a table
const optionFamilies = [
  'synthInstance.', 'linter.', 'pp.', 'trace.', 'backward.', 'tactic.', 'aesop.', 'grind.', 'format.', 'says.',
  'Mathlib.', 'simp.', 'ring.', 'linarith.',
];
/** They write files, or start programs. */
const deniedOptions = /^trace\.profiler\.output|^tactic\.alt|\.sorryOnError$|debug/i;

/** Whether a candidate may set an option. */
export function allowsOption(name: string): boolean {
  if (deniedOptions.test(name)) return false;
  return options.has(name) || optionFamilies.some((family) => name.startsWith(family));
}

/** Attributes that say how a declaration is to be used; none that runs it, or replaces its code. */
export const attributes = words(`
  simp simps ext reducible irreducible semireducible instance_reducible implicit_reducible inline noinline
  always_inline specialize nospecialize congr gcongr norm_cast push_cast push norm_num_simp refl symm trans
  elab_as_elim elab_without_expected_type induction_eliminator cases_eliminator match_pattern instance default_instance class
  nolint deprecated protected pp_nodot inherit_doc coe grind mono fun_prop continuity measurability bound aesop
  simp_rw field_simps ring_nf_simps field parity_simps functor_norm monad_norm mfld_simps expose recursor
  rcases_patterns ext_iff subst unification_hint positivity_simps nontriviality zify_simps qify_simps rify_simps
  push_neg_simps sym_simps eqns eta_reduced reassoc elementwise higher_order stacks spec macro_inline
  wf_preprocess partial_fixpoint_monotone bool_to_prop int_toBitVec bitvec_to_nat bv_normalize
`);

/** Classes whose instances are made by Lean itself, logically harmless whatever type they are of. */
export const derivable = words(`
  DecidableEq BEq Repr Inhabited Hashable Ord Nonempty LawfulBEq ReflBEq Fintype SizeOf ToString Countable Encodable
`);

/** Classes behind notation: an instance of one for a type that is not the candidate's own gives old symbols a new meaning. */
export const notationClasses = words(`
  Add Sub Mul Div Neg Inv Mod Pow NatPow HAdd HSub HMul HDiv HMod HPow Append HAppend SMul HSMul VAdd HVAdd Dvd LE LT Zero
  One OfNat OfScientific NatCast IntCast RatCast NNRatCast Coe CoeT CoeTC CoeHead CoeTail CoeHTCT CoeDep CoeOut CoeFun
  CoeSort Membership Union Inter SDiff EmptyCollection Singleton Insert HasSubset HasSSubset Min Max Bot Top Sup Inf
  SupSet InfSet HasCompl Complement Star Norm NNNorm Dist EDist GetElem HOr HAnd HXor AndOp OrOp XorOp
  ShiftLeft ShiftRight HShiftLeft HShiftRight HOrElse Bind Pure Seq Functor
`);

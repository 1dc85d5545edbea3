/** Spellings: what characters and LaTeX commands stand for. One place for all of them. */

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Commands and characters that are punctuation: their token is its own type. */
const commandTokens: Record<string, string> = {
  le: '≤', leq: '≤', leqslant: '≤', leqq: '≤', ge: '≥', geq: '≥', geqslant: '≥', geqq: '≥', lt: '<', gt: '>',
  ne: '≠', neq: '≠', approx: '≈', simeq: '≈', thickapprox: '≈', equiv: '≡', in: '∈', notin: '∉', cdot: '*', times: '*',
  ast: '*', bullet: '*', div: '/', pm: '±', mp: '∓', cup: '∪', cap: '∩', bigcup: '∪', setminus: '∖', backslash: '∖', smallsetminus: '∖',
  ldots: '…', dots: '…', cdots: '…', dotsc: '…', dotsb: '…', dotsm: '…', vdots: '…', ddots: '…', hdots: '…', lbrace: '⦃',
  rbrace: '⦄', langle: '⟨', rangle: '⟩', lfloor: '⌊', rfloor: '⌋', lceil: '⌈', rceil: '⌉', lvert: '|',
  rvert: '|', vert: '|', mid: '∣', Vert: '‖', lVert: '‖', rVert: '‖', lbrack: '[', rbrack: ']', lparen: '(', rparen: ')', to: '→', rightarrow: '→', Rightarrow: '⇒',
  implies: '⇒', iff: '⇔', Leftrightarrow: '⇔', colon: ':', degree: '°', textdegree: '°', textcirc: '°', percent: '%', dollar: '$', euro: '€', pounds: '£', prime: "'",
  land: '∧', wedge: '∧', lor: '∨', vee: '∨', cupdot: '∪', cdotp: '*', sim: '∼', propto: '∝', therefore: '⇒', And: '∧',
}; // biome-ignore format: a table
export const tokenOfCommand = new Map(Object.entries(commandTokens));

/** Commands that only space or size what follows. */
export const idleCommands = new Set(
  words(`left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm displaystyle textstyle
  scriptstyle limits nolimits rm bf it tt sf cal boldsymbol bm mathopen mathclose mathord mathbin mathrel quad qquad enspace
  enskip thinspace medspace thickspace negthinspace space hfill hspace nobreak allowbreak boxed fbox large Large
  normalsize small ensuremath underline underbrace overbrace strut phantom hphantom tiny huge Huge color pmb
  nonumber displaylimits scriptscriptstyle`),
);

/** Commands whose argument is words. */
export const textCommands = new Set(
  words('text textbf textit textrm textsf texttt textnormal textup textsl emph mbox hbox'),
);

/** Commands whose argument is math in another type face. */
export const faceCommands = new Set(
  words('mathrm mathbf mathit mathsf mathtt mathcal mathscr mathfrak operatorname mathbb Bbb'),
);

/** Commands that put something over or around a name; the name keeps it. `overline` of digits repeats them. */
export const accentCommands = new Map(
  Object.entries({
    overline: 'bar', bar: 'bar', vec: 'vec', overrightarrow: 'vec', hat: 'hat', widehat: 'hat', tilde: 'tilde',
    widetilde: 'tilde', dot: 'dot', ddot: 'ddot', overarc: 'arc', overset: 'over', angle: 'angle', triangle: 'triangle', Delta: 'Delta',
  }),
); // biome-ignore format: a table

/** Greek letters and other named symbols, but for those that take arguments (`accentCommands`). `var` forms are their letter. */
export const symbolCommands = new Map(
  words(`alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega
  Gamma Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar partial nabla Re Im mho aleph imath jmath square star
  circledcirc`).map((name) => [name, `\\${name}`] as const),
);
for (const name of words('epsilon theta rho sigma phi kappa pi')) {
  symbolCommands.set(`var${name}`, name === 'pi' ? '\\pi' : `\\${name}`);
}

/** Names of functions, as commands or as plain words, and what they are called in expressions. */
export const functions = new Map<string, string>(
  Object.entries({
    sin: 'sin', cos: 'cos', tan: 'tan', tg: 'tan', cot: 'cot', ctg: 'cot', cotan: 'cot', sec: 'sec', csc: 'csc', cosec: 'csc', arcsin: 'arcsin', asin: 'arcsin',
    arccos: 'arccos', acos: 'arccos', arctan: 'arctan', atan: 'arctan', arctg: 'arctan', arccot: 'arccot', arcctg: 'arccot', arcsec: 'arcsec', arccsc: 'arccsc', sinh: 'sinh',
    cosh: 'cosh', tanh: 'tanh', sh: 'sinh', ch: 'cosh', coth: 'coth', ln: 'ln', log: 'log', lg: 'lg', lb: 'lb', exp: 'exp', abs: 'abs', sgn: 'sign', sign: 'sign',
    floor: 'floor', ceil: 'ceil', gcd: 'gcd', lcm: 'lcm', min: 'min', max: 'max', arg: 'arg', deg: 'deg', det: 'det', Re: 're', Im: 'im', arcsinh: 'arcsinh', arccosh: 'arccosh', arctanh: 'arctanh',
    sqrt: 'sqrt', cbrt: 'cbrt',
  }),
); // biome-ignore format: a table

/** Greek letters as plain words. */
export const plainWords = new Map(
  words('alpha beta gamma delta epsilon theta lambda mu nu rho sigma tau phi psi omega').map(
    (name) => [name, `\\${name}`] as const,
  ),
);

/** Signs of operations that ASCII has, too. */
export const operators: readonly (readonly [string, string])[] = [
  ...[...'−–—‐‑‒﹣'].map((c) => [c, '-'] as const),
  ...[...'×·⋅∗∙'].map((c) => [c, '*'] as const),
  ...[...'÷⁄∕'].map((c) => [c, '/'] as const),
];

/** Characters outside ASCII. */
export const characters = new Map<string, string>([
  ...operators,
  ['•', '*'],
  ...[...'⟨〈'].map((c) => [c, '⟨'] as const),
  ...[...'⟩〉'].map((c) => [c, '⟩'] as const),
  ...[...'º˚∘'].map((c) => [c, '°'] as const),
  ...[...'′’‘ʹ`'].map((c) => [c, "'"] as const),
  ['″', "''"],
  ['、', ','],
  ['，', ','],
  ['；', ';'],
  ['：', ':'],
  ['∶', ':'],
  ['⩽', '≤'],
  ['⩾', '≥'],
  ['≦', '≤'],
  ['≧', '≥'],
  ['≃', '≈'],
  ['⋯', '…'],
  ['｜', '|'],
  ['（', '('],
  ['）', ')'],
  ['【', '['],
  ['】', ']'],
]);

/** Single characters that are tokens as they are. */
export const punctuation = new Set('()[]|,;:+-*/^_!\'=<>%&°±∓∪∩∖…≤≥≠≈≡∈∉→⇒⇔⟨⟩⌊⌋⌈⌉‖∣⦃⦄€£¥₹¢∧∨∼∝?"#@');

/** Two characters that are one token. */
export const digraphs = new Map([
  ['<=', '≤'],
  ['>=', '≥'],
  ['=<', '≤'],
  ['!=', '≠'],
  ['==', '='],
  ['**', '^'],
  ['->', '→'],
  ['=>', '⇒'],
  ['+-', '±'],
]);

/** Characters that stand for LaTeX. */
export const expansions = new Map<string, string>([
  ['√', '\\sqrt'],
  ['∛', '\\sqrt[3]'],
  ['∞', '\\infty'],
  ['π', '\\pi'],
  ['∅', '\\emptyset'],
  ['∑', '\\sum'],
  ['∏', '\\prod'],
  ['∫', '\\int'],
  ['ℝ', '\\mathbb{R}'],
  ['ℤ', '\\mathbb{Z}'],
  ['ℕ', '\\mathbb{N}'],
  ['ℚ', '\\mathbb{Q}'],
  ['ℂ', '\\mathbb{C}'],
  ['∠', '\\angle'],
  ['△', '\\triangle'],
  ['½', '\\frac{1}{2}'],
  ['⅓', '\\frac{1}{3}'],
  ['⅔', '\\frac{2}{3}'],
  ['¼', '\\frac{1}{4}'],
  ['¾', '\\frac{3}{4}'],
  ['⅕', '\\frac{1}{5}'],
  ['⅖', '\\frac{2}{5}'],
  ['⅗', '\\frac{3}{5}'],
  ['⅘', '\\frac{4}{5}'],
  ['⅙', '\\frac{1}{6}'],
  ['⅚', '\\frac{5}{6}'],
  ['⅛', '\\frac{1}{8}'],
  ['⅜', '\\frac{3}{8}'],
  ['⅝', '\\frac{5}{8}'],
  ['⅞', '\\frac{7}{8}'],
]);

export const superscripts = new Map(
  [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ'].map((c, at) => [c, '0123456789+-()ni'[at] as string]),
);
export const subscripts = new Map(
  [...'₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙ'].map((c, at) => [c, '0123456789+-()n'[at] as string]),
);

const greek =
  'αalpha βbeta γgamma δdelta εepsilon ζzeta ηeta θtheta ικiota λlambda μmu νnu ξxi ρrho σsigma τtau υupsilon φphi ϕphi χchi ψpsi ωomega ΓGamma ΔDelta ΘTheta ΛLambda ΞXi ΠPi ΣSigma ΦPhi ΨPsi ΩOmega ℓell ħhbar';
/** Greek letters as characters. */
export const greekLetters = new Map(words(greek).map((entry) => [entry[0] as string, `\\${entry.slice(1)}`]));

/** Zero of every script's decimal digits that models write (Unicode, general category Nd). */
const zeros = [
  0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0f20,
  0x1040, 0xff10,
];

/** The ASCII digit that a digit of any script stands for. */
export function asciiDigit(code: number): string | undefined {
  if (code >= 48 && code <= 57) return String.fromCharCode(code);
  if (code < 0x0660) return undefined;
  const zero = zeros.find((first) => code >= first && code < first + 10);
  return zero === undefined ? undefined : String.fromCharCode(48 + code - zero);
}

/** ①…⑳ as numbers. */
export function circledNumber(code: number): number | undefined {
  return code >= 0x2460 && code <= 0x2473 ? code - 0x245f : undefined;
}

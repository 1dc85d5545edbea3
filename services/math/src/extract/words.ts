/** Word lists of the extraction stage, by what they do in a sentence. All lower case. */

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Words that join the members of a list. */
export const joiners =
  list(`and or also & et ou und oder y o u e ed oppure и или а و أو और या 和 或 或者 与 及 以及 と または
  および 와 과 및 또는 또 va ve veya dan atau và hoặc en of och eller i lub na au`);

/** Words after a number, or before it, that make it another number. */
export const changingAfter =
  list(`or and plus minus times multiplied divided over squared cubed factorial root sqrt pi choose
  mod modulo half halves third thirds fourths fifths sixths sevenths eighths ninths tenths hundredths thousandths base
  fois mal veces vezes volte раз`);
export const changingBefore =
  list(`negative minus plus over under below beyond twice double triple times root sqrt half third quarter than log ln sin cos tan or and
  except excluding without besides base between moins menos meno минус except than least most`);

/** Words that say that what follows them is not the answer. */
export const negations =
  list(`not never nor neither cannot isn't aren't wasn't won't can't doesn't don't rather instead than
  nunca jamais nie niet inte ikke không bukan değil nessuno nenhum niemals никогда
  non pas nicht kein keine não nem не ليس ليست لا नहीं 不是 不 并非 而不是 而非 не`);

/** Words of whole sentences, as opposed to bare answers. */
export const sentenceWords =
  list(`the is are was were be been being we he she it they this that there so thus hence therefore
  then has have had how what which who will would could must should get gets got gives give gave equals makes make made
  means find found know since because let i you us our your my her his its their just about left remains remain
  spends spent earns earned pays paid costs cost needs sells sold takes took bought buys
  giving este je wynik wynosi výsledek rezultatul sonuç hasilnya kết
  est sont donc il elle nous on ils elles ainsi alors c'est la le les une
  ist sind also daher somit wir der die das ein eine hat haben sie er
  es son hay tiene tienen por lo el los las entonces
  são há tem têm portanto logo então os um uma
  è sono quindi dunque ha hanno gli una
  quedan queda quedaron sobran resta restan restam restaram ficam ficaram sobram sobraram rimangono restano rimane
  reste restent bleiben bleibt übrig paie gagne paga gana ganha bezahlt zahlt verdient representa représente entspricht
  это он она имеем получим всего осталось
  итак поэтому следовательно получаем значит итого
  jadi adalah maka ada totalnya vậy có tất là yani toplam vardır eder det är så dus het zijn więc jest razem`);

/** Names that stand in formulas written without delimiters and are no words. */
export const functionNames =
  list(`sin cos tan cot sec csc log ln exp sqrt frac dfrac tfrac pi mod gcd lcm min max lim det
  arcsin arccos arctan sinh cosh tanh inf infty theta alpha beta`);

/** Beginnings of `the answer is …` that tell something of the answer and not the answer itself. */
export const remarks =
  list(`correct incorrect wrong right above below as given found in not therefore unique simply simple clear obvious
  approximately boxed shown provided also now still the-same obtained computed expected required invalid reasonable
  consistent unclear unknown ambiguous missing here follows going supposed written expressed determined actually`);

/** Measures that are not taken for other words, as they follow a number in prose. */
export const measures =
  list(`% \\% ‰ ° percent pct percentage percents degrees degree deg radians rad °c °f ℃ ℉
  mm cm dm km cm² cm³ m² m³ km² cm^2 cm^3 m^2 m^3 km^2 mm^2 ft^2 in^2 meter meters metre metres centimeter centimeters
  centimetre centimetres millimeter millimeters kilometer kilometers kilometre kilometres inch inches foot feet ft yard
  yards yd mile miles kg mg grams gram kilograms kilogram pounds pound lb lbs ounces ounce oz ml cl dl liter liters litre
  litres gallon gallons second seconds sec minute minutes min hour hours hr hrs day days week weeks month months year
  years mph km/h m/s dollar dollars cent cents euro euros usd eur p.m a.m pm $ € £ ¥ ₹ 元 美元 prozent
  porcentaje pourcent процентов процента рублей`);

/** Measures that are words or letters elsewhere: only taken from inside \text{…}. */
export const shortMeasures = list('m g l s h in mi t n j w v a k c f °');

/** Functions that begin a formula in prose: `cos x`. */
export const functions = list('sin cos tan cot csc arcsin arccos arctan sinh cosh tanh log ln exp sqrt');

/** Words whose number is a name: `step 2`. */
export const numbered =
  list(`step steps part parts case cases figure question problem equation eq chapter page theorem lemma
  example exercise section option method solution schritt étape paso шаг
  january february march april may june july august september october november december`);

/** Numbers in words. */
export const numberWords =
  list(`zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
  sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million and
  point minus negative dollars cents percent`);

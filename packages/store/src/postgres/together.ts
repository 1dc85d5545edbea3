/** Questions at a time: one more than the database needs to be kept busy. */
const most = 2;

interface Asked<Question, Answer> {
  questions: readonly Question[];
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Questions that come while others are under way are asked together as the next one: the way there and back costs more
 * than what is asked. Whoever asks gets the answer to all, and sees what was stored before it asked.
 */
export class Together<Question, Answer> {
  readonly #ask: (questions: readonly Question[]) => Promise<Answer>;
  #waiting: Asked<Question, Answer>[] = [];
  #underWay = 0;

  constructor(ask: (questions: readonly Question[]) => Promise<Answer>) {
    this.#ask = ask;
  }

  ask(questions: readonly Question[]): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.push({ questions, resolve, reject });
    if (this.#underWay < most) void this.#next();
    return promise;
  }

  async #next(): Promise<void> {
    this.#underWay++;
    while (this.#waiting.length > 0) {
      const asked = this.#waiting;
      this.#waiting = [];
      try {
        const answer = await this.#ask(asked.flatMap(({ questions }) => questions));
        for (const { resolve } of asked) resolve(answer);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.#underWay--;
  }
}

/** What is no formula: it is compared as text, and nothing is taken from inside it. */
export class Unreadable extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Unreadable';
  }
}

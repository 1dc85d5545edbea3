/** Typed answers: what a written answer says, whatever way it is written. */
import type { Expression } from '../expression/index.ts';
import type { Range } from './ranges.ts';

export type Answer = Value | Equation | Inequality | Range | Sequence | Matrix | Ratio | Text;

/** A number or an expression. */
export interface Value {
  readonly kind: 'value';
  readonly value: Expression;
  /** Words of the unit, without `%`. */
  readonly units: readonly string[];
  /** `value` counts percents. */
  readonly percent?: true;
  /** Where `value` is an angle that was written in degrees: how many. */
  readonly degrees?: Expression;
  /** Written in this base. */
  readonly base?: number;
}

/** What an equation names: `x`, `f(x)`, `AB`, `(x, y)`. */
export interface Label {
  readonly name: string;
  /** Arguments of a function that is defined: bound in its right side. */
  readonly parameters: readonly string[];
}

export interface Equation {
  readonly kind: 'equation';
  readonly left: Expression | undefined;
  readonly right: Answer;
  readonly label: Label | undefined;
  /** Left side minus right side, where both are expressions. */
  readonly difference: Expression | undefined;
  /** Of (x, y) = (1, 2): x = 1 and y = 2. */
  readonly parts?: readonly Equation[];
}

/** Sides in rising order; `closed` says of each gap whether its sides may be equal. */
export interface Inequality {
  readonly kind: 'inequality';
  readonly sides: readonly Expression[];
  readonly closed: readonly boolean[];
  /** ≠ instead. */
  readonly unequal?: true;
}

/** Several answers: `list` without brackets, `set`, or `tuple` with them. */
export interface Sequence {
  readonly kind: 'list' | 'set' | 'tuple';
  readonly items: readonly Answer[];
  readonly open?: string;
  readonly close?: string;
  /** In front of all of a list: `x = 1, 2`. */
  readonly label?: Label | undefined;
}

export interface Matrix {
  readonly kind: 'matrix';
  readonly rows: readonly (readonly Expression[])[];
}

export interface Ratio {
  readonly kind: 'ratio';
  readonly parts: readonly Expression[];
  /** Written like a time of day, `12:30`: its numbers. */
  readonly clock?: string;
}

export interface Text {
  readonly kind: 'text';
  /** Equal for texts that differ in spelling only. */
  readonly key: string;
  /** With case as written. */
  readonly exactKey: string;
  /** Of `(B) 24`: its letter and what it stands for. */
  readonly choice?: { readonly letter: string; readonly said: Answer };
}

export interface ReadAnswer {
  readonly answer: Answer;
  /** Symbols that a note (`for some integer t`) binds. */
  readonly bound: readonly string[];
  /** A condition that says more than that; in normal form. */
  readonly condition: string;
  /** The note is on integers: what it binds counts. */
  readonly counts?: boolean;
  /** The note has answers for other cases in it. */
  readonly cases?: boolean;
  /** What was mended in the writing. */
  readonly repairs: readonly string[];
  /** The answer in one spelling. */
  readonly normal: string;
  /** Why it was read as text. */
  readonly unread?: string;
}

import type { Outcome } from "@labloop/contracts";
import { power } from "./power.ts";
import { type Token, tokenize } from "./tokens.ts";

/** An arithmetic expression over named numbers. */
export interface Expression {
  /** The names it reads and the offset of the first use of each, in order of use. */
  readonly names: ReadonlyMap<string, number>;
  /** Returns its value; NaN or infinite where it has none. */
  evaluate(read: (name: string) => number): number;
}

type Evaluate = Expression["evaluate"];
type Join = (a: number, b: number) => number;

/**
 * Returns the expression that a text says: numbers, names, `+ - * / ^` and parentheses, with the usual precedence; `^` binds
 * tightest and to the right, so that -2^2 is -4. A name that is not a plain word stands in double quotes.
 *
 * A fault tells the column, from 1, where the text stops making sense.
 */
export function parseExpression(source: string): Outcome<Expression> {
  const words = tokenize(source);
  if (!words.ok) return words;
  const tokens = words.value;
  const names = new Map<string, number>();
  let next = 0;
  let depth = 0;

  const peek = () => tokens[next] as Token;
  const takeSign = (...signs: readonly string[]): string | null => {
    const token = peek();
    if (token.kind !== "sign" || !signs.includes(token.sign)) return null;
    next++;
    return token.sign;
  };
  // A fault ends the reading; deep texts are refused before the stack is.
  const stop = (message: string): never => {
    throw new Stop(message, peek().at);
  };

  function sum(): Evaluate {
    return folded(
      product,
      "+",
      "-",
      (a, b) => a + b,
      (a, b) => a - b,
    );
  }
  function product(): Evaluate {
    return folded(
      signed,
      "*",
      "/",
      (a, b) => a * b,
      (a, b) => a / b,
    );
  }
  /** Operands joined from the left by one of two signs; in a loop, since a stack is no deeper than some thousands. */
  function folded(operand: () => Evaluate, one: string, other: string, ofOne: Join, ofOther: Join): Evaluate {
    const first = operand();
    const rest: { readonly join: Join; readonly value: Evaluate }[] = [];
    for (let sign = takeSign(one, other); sign !== null; sign = takeSign(one, other)) {
      rest.push({ join: sign === one ? ofOne : ofOther, value: operand() });
    }
    if (rest.length === 0) return first;
    return (read) => {
      let left = first(read);
      for (const { join, value } of rest) left = join(left, value(read));
      return left;
    };
  }
  function signed(): Evaluate {
    if (++depth > 200) stop("it is nested too deeply");
    const sign = takeSign("+", "-");
    const inner = sign === null ? raised() : signed();
    depth--;
    return sign === "-" ? (read) => -inner(read) : inner;
  }
  function raised(): Evaluate {
    const base = primary();
    if (takeSign("^") === null) return base;
    const exponent = signed();
    return (read) => power(base(read), exponent(read));
  }
  function primary(): Evaluate {
    const token = peek();
    if (token.kind === "number") {
      next++;
      return () => token.value;
    }
    if (token.kind === "name") {
      next++;
      if (!names.has(token.name)) names.set(token.name, token.at);
      return (read) => read(token.name);
    }
    if (takeSign("(") === null)
      return stop(token.kind === "end" ? "it ends too early" : `'${token.sign}' cannot stand here`);
    const inner = sum();
    if (takeSign(")") === null) stop("a ')' is missing here");
    return inner;
  }

  try {
    const evaluate = sum();
    if (peek().kind !== "end") stop("an operator is missing here");
    return { ok: true, value: { names, evaluate } };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return {
      ok: false,
      faults: [
        { code: "expression.syntax", message: `the expression cannot be read: ${error.message}`, column: error.at + 1 },
      ],
    };
  }
}

class Stop extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

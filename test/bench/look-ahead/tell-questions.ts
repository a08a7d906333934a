/** What was told of ten more experiments in one campaign, and what came of them. */
export interface Question {
  readonly pool: string;
  /** After so many experiments. */
  readonly asked: number;
  readonly gain: number;
  readonly chance: number;
  readonly came: boolean;
  /** The bound and what it is to bound, in units of the gain. */
  readonly regret: number;
  readonly loss: number;
}

const EDGES = [0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.001];

/** Prints how often what was told with about which probability came, and how often the bound held: in all, and by gain, time and pool. */
export function tellQuestions(questions: readonly Question[]): void {
  for (const [i, edge] of EDGES.slice(1).entries()) {
    const from = EDGES[i] as number;
    line(
      `told ${from} to ${Math.min(1, edge)}`,
      questions.filter(({ chance }) => chance >= from && chance < edge),
    );
  }
  tellBy(questions, ({ gain }) => `gain ${gain}`);
  tellBy(questions, ({ asked }) => `after ${asked}`);
  tellBy(questions, ({ pool }) => pool);
  line("all", questions);
}

function tellBy(questions: readonly Question[], nameOf: (one: Question) => string): void {
  for (const [name, some] of Map.groupBy(questions, nameOf)) line(name, some);
}

function line(name: string, some: readonly Question[]): void {
  if (some.length === 0) return;
  const mean = some.reduce((sum, { chance }) => sum + chance, 0) / some.length;
  const came = percent(share(some, (one) => one.came));
  const held = percent(share(some, ({ loss, regret }) => loss <= regret));
  console.log(
    `${name.padEnd(28)} ${String(some.length).padStart(5)} asked: told ${percent(mean)}, came ${came}; bound held ${held}`,
  );
}

function share(some: readonly Question[], isSo: (one: Question) => boolean): number {
  return some.filter(isSo).length / some.length;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(0)} %`.padStart(6);
}

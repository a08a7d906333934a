import type { Fault } from "@labloop/contracts";

/** A schema, as far as it is needed here. */
interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of a value that may be of several kinds: what each kind says. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** Returns a value as its schema has it, or a fault for everything in it that has another shape; `name` begins each path. */
export function parseDocument<T>(schema: Schema<T>, value: unknown, name: string): T | Fault[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.flatMap(likeliest).map((issue): Fault => {
    const found = issue.path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    );
    const path = [name, ...issue.path.map(String)].join(".");
    const nonFinite = typeof found === "number" && !Number.isFinite(found);
    const message = nonFinite ? `${found} is not a finite number` : withFound(issue.message, found);
    return { code: nonFinite ? "trial.notFinite" : "document.shape", message, path };
  });
}

/** What a schema says of a choice does not tell what stands there instead. */
function withFound(message: string, found: unknown): string {
  return typeof found === "string" && !message.includes("received")
    ? `${message}, and it is ${JSON.stringify(found)}`
    : message;
}

/** Of a value that may be of several kinds, what the one kind says that has least against it; where no one has, what each says. */
function likeliest(issue: Issue): Issue[] {
  const kinds = issue.errors ?? [];
  const least = Math.min(...kinds.map((own) => own.length));
  const [kind, ...others] = kinds.filter((own) => own.length === least);
  if (kind === undefined) return [issue];
  if (others.length > 0) {
    const told = [kind, ...others].map((own) => own.map(tell).join(", "));
    return [{ ...issue, message: `it is of no kind that it may be: ${[...new Set(told)].join("; or ")}` }];
  }
  return kind.flatMap((own) => likeliest({ ...own, path: [...issue.path, ...own.path] }));
}

/** What a kind says of a value, with the place below the value where it is not the value itself. */
function tell({ path, message }: Issue): string {
  const text = message.replace("Invalid input: ", "");
  return path.length === 0 ? text : `${path.map(String).join(".")}: ${text}`;
}

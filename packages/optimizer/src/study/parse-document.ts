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
    const message = nonFinite ? `${found} is not a finite number` : issue.message;
    return { code: nonFinite ? "trial.notFinite" : "document.shape", message, path };
  });
}

/** Of a value that may be of several kinds, what the one kind says that has least against it; as it stands where no one has. */
function likeliest(issue: Issue): Issue[] {
  const kinds = issue.errors ?? [];
  const least = Math.min(...kinds.map((own) => own.length));
  const [kind, ...others] = kinds.filter((own) => own.length === least);
  if (kind === undefined || others.length > 0) return [issue];
  return kind.flatMap((own) => likeliest({ ...own, path: [...issue.path, ...own.path] }));
}

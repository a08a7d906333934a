/** A state of a flat chart. */
interface ChartState {
  readonly name: string;
  readonly isFinal: boolean;
}

/** What leads from one state to another. */
export interface ChartTransition {
  readonly from: string;
  readonly event: string;
  readonly to: string;
}

/** A flat statechart as plain data. */
export interface Chart {
  readonly initial: string;
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

/** What is read of a machine; XState's machines are of this shape. */
export interface FlatMachine {
  readonly root: { readonly initial: { readonly target: readonly { readonly key: string }[] } };
  readonly states: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly transitions: ReadonlyMap<
          string,
          readonly { readonly target: readonly { readonly key: string }[] | undefined }[]
        >;
      }
    >
  >;
}

/** Returns a flat machine's states and transitions in the order of its definition; a transition without a target stays where it is. */
export function extractChart(machine: FlatMachine): Chart {
  const states = Object.entries(machine.states);
  return {
    initial: machine.root.initial.target[0]?.key ?? "",
    states: states.map(([name, { type }]) => ({ name, isFinal: type === "final" })),
    transitions: states.flatMap(([from, { transitions }]) =>
      [...transitions].flatMap(([event, definitions]) =>
        definitions.flatMap(({ target }) => (target ?? [{ key: from }]).map(({ key }) => ({ from, event, to: key }))),
      ),
    ),
  };
}

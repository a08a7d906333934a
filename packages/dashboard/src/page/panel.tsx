import type { ComponentChildren } from "preact";

/** A titled part of the page, which is a region of its own for whoever moves by landmarks. */
export function Panel(props: { name: string; title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  const { name, title, aside, children } = props;
  return (
    <section class={`panel ${name}`} aria-labelledby={`${name}-title`}>
      <header class="panel-head">
        <h2 id={`${name}-title`}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

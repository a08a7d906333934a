import { useEffect } from "preact/hooks";
import { usePage } from "../page/page.tsx";

/** The emergency stop: one press, no question, from anywhere on the page also by its keys. */
export function EStop() {
  const page = usePage();
  const { say } = page.format.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey && event.shiftKey && event.key === "Enter") || event.repeat) return;
      event.preventDefault();
      page.ask("estop");
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [page]);
  return (
    <div class="estop">
      <button
        type="button"
        class="estop-button"
        aria-describedby="estop-does"
        aria-keyshortcuts="Control+Shift+Enter"
        onClick={() => page.ask("estop")}
      >
        <span>{say.control.estop.name}</span>
      </button>
      <p id="estop-does" class="estop-does">
        {say.control.estop.does}
        <kbd>{say.control.estopKeys}</kbd>
      </p>
    </div>
  );
}

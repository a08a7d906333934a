import { EStop } from "../control/e-stop.tsx";
import { catalogues, languages } from "../i18n/catalogues.ts";
import { store as keep, themes, usePage } from "./page.tsx";

/** The bar at the top: what lab this is, how the page looks, and the emergency stop, which the keyboard reaches early. */
export function TopBar() {
  const { store, format } = usePage();
  const { say, count } = format.value;
  const campaign = store.campaign.value;
  return (
    <header class="top-bar">
      <SkipLink />
      <EStop />
      <div class="brand">
        <a href="#/" class="brand-name">
          <BrandMark />
          labloop
        </a>
        {campaign !== null && (
          <p class="brand-lab">
            <span class={`badge mode-${campaign.mode}`}>{say.mode[campaign.mode]}</span>
            <span class="quiet">
              {say.labIs(campaign.lab, String(campaign.seed))}
              {campaign.clock.kind === "scaled" && ` · ${say.speed(count(campaign.clock.scale))}`}
              {campaign.clock.kind === "virtual" && ` · ${say.virtualTime}`}
            </span>
          </p>
        )}
      </div>
      <Choices />
    </header>
  );
}

function SkipLink() {
  const { format } = usePage();
  // A fragment of its own would be taken for a route, so the focus is moved by hand.
  const skip = (event: Event) => {
    event.preventDefault();
    document.querySelector<HTMLElement>("main")?.focus();
  };
  return (
    <a class="skip" href="#/" onClick={skip}>
      {format.value.say.skip}
    </a>
  );
}

function Choices() {
  const { format, language, theme } = usePage();
  const { say } = format.value;
  return (
    <div class="choices">
      <label>
        <span class="quiet">{say.chooseLanguage}</span>
        <select
          aria-label={say.chooseLanguage}
          value={language.value}
          onChange={({ currentTarget }) => {
            language.value = languages.find((each) => each === currentTarget.value) ?? "en";
            keep("labloop.language", language.value);
          }}
        >
          {languages.map((each) => (
            <option value={each} lang={each}>
              {catalogues[each].language}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="quiet">{say.chooseTheme}</span>
        <select
          aria-label={say.chooseTheme}
          value={theme.value}
          onChange={({ currentTarget }) => {
            theme.value = themes.find((each) => each === currentTarget.value) ?? "auto";
            keep("labloop.theme", theme.value);
          }}
        >
          {themes.map((each) => (
            <option value={each}>{say.theme[each]}</option>
          ))}
        </select>
      </label>
    </div>
  );
}

function BrandMark() {
  return (
    <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M25 16a9 9 0 1 1-3.6-7.2M22.4 3.8v6H16.4" />
      <circle cx="16" cy="16" r="3" />
    </svg>
  );
}

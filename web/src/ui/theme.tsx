import { signal } from "@preact/signals";

type Choice = "auto" | "light" | "dark";
const key = "astara-theme";

const stored = (): Choice => {
  try {
    const v = localStorage.getItem(key);
    return v === "light" || v === "dark" ? v : "auto";
  } catch {
    return "auto"; // storage is switched off
  }
};

export const theme = signal<Choice>(stored());

function apply(c: Choice) {
  if (c === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = c;
}
apply(theme.value);

/** A switch between the light and dark form and that of the system. */
export function Theme() {
  return (
    <label class="theme">
      <span class="unseen">Colours</span>
      <select
        value={theme.value}
        onChange={(e) => {
          const c = e.currentTarget.value as Choice;
          theme.value = c;
          apply(c);
          try {
            localStorage.setItem(key, c);
          } catch {
            // holds until the page is left
          }
        }}
      >
        <option value="auto">as the system</option>
        <option value="light">light</option>
        <option value="dark">dark</option>
      </select>
    </label>
  );
}

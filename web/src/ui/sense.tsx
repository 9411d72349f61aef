/** What the colours of changes say: which way a number goes, never whether that is good. */
export function Sense() {
  return (
    <p class="note sense">
      <span class="up">+ increase</span>, <span class="down">− decrease</span>: the colours tell the direction only, not whether it is good or bad; without colour it stays below its threshold.
    </p>
  );
}

/** What went wrong, in the words of the server, and a way on. */
export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const text = error instanceof Error ? error.message : String(error);
  return (
    <div class="trouble" role="alert">
      <p>{text}</p>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

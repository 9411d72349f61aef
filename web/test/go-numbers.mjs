// The columns of cases with the numbers that Go reads from them, written by go test.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs Go's own test of the columns and takes what it leaves. */
export function goNumbers() {
  const dir = mkdtempSync(join(tmpdir(), "astara-numbers-"));
  try {
    execFileSync("go", ["test", "-count=1", "-run", "^TestColumns$", "."], {
      cwd: join(import.meta.dirname, "..", ".."),
      env: { ...process.env, ASTARA_NUMBERS: dir, CGO_ENABLED: "0" },
      stdio: ["ignore", "ignore", "inherit"],
    });
    return readdirSync(dir).map((name) => {
      const bytes = (f) => {
        const b = readFileSync(join(dir, name, f));
        return b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength);
      };
      const json = (f) => JSON.parse(readFileSync(join(dir, name, f), "utf8"));
      const table = json("table.json");
      return { name, table, columns: bytes("columns.bin"), weights: table.views.map((_, i) => bytes(`weights-${i}.bin`)), numbers: json("numbers.json") };
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

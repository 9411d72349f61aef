// A drawing of the server made a picture of pixels, for those who cannot use SVG.

/** Pixels per unit of the drawing. */
const scale = 2;

/** Fetches an SVG file and saves it as PNG. */
export async function savePNG(address: string, name: string): Promise<void> {
  const r = await fetch(address, { credentials: "same-origin" });
  if (!r.ok) throw new Error("The drawing is no longer there: make it again.");
  const text = await r.text();
  const [width, height] = sizeOf(text);
  // Without a size of its own a drawing has none in a picture element, in some browsers.
  const sized = text.replace(/^<svg /, `<svg width="${width}" height="${height}" `);
  const source = URL.createObjectURL(new Blob([sized], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * scale;
    canvas.height = height * scale;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (!png) throw new Error("The browser could not make a picture of this size.");
    const to = URL.createObjectURL(png);
    const a = document.createElement("a");
    a.href = to;
    a.download = name;
    a.click();
    setTimeout(() => URL.revokeObjectURL(to), 10_000); // the browser may not have begun to read it yet
  } finally {
    URL.revokeObjectURL(source);
  }
}

/** Width and height of a drawing, from its view box. */
export function sizeOf(svg: string): [number, number] {
  const m = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg);
  if (!m) throw new Error("This drawing has no size.");
  return [Math.ceil(Number(m[1])), Math.ceil(Number(m[2]))];
}

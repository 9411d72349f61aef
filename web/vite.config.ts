import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

// Built into build/ and copied to dist/ by make: dist/README.txt stays in git,
// and a build folder that is emptied first would delete it.
export default defineConfig({
  base: "./",
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  build: {
    outDir: "build",
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0, // the content security policy allows no data: scripts or fonts
    modulePreload: { polyfill: false },
    rollupOptions: { output: { entryFileNames: "assets/[name]-[hash].js", chunkFileNames: "assets/[name]-[hash].js" } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8420" } },
});

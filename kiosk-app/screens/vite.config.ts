/**
 * A page per role, one folder of files. `base: './'` and no inlined assets: every machine serves the
 * folder under its own address with `Content-Security-Policy: default-src 'self'`.
 */
import { join } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const pages = ['queue-machine', 'window', 'display', 'evaluation-pad', 'hall', 'index', 'paper'];

export default defineConfig({
  root,
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(root, 'dist'),
    emptyOutDir: true,
    // data: URLs are no 'self'
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Kiosk boards stay on the browser they were delivered with for years.
    target: 'chrome109',
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(pages.map((page) => [page, join(root, `${page}.html`)])),
    },
  },
});

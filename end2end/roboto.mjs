// Roboto, the font of most phones, as a style sheet for pages that are measured or photographed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const faces = [400, 700].map((weight) => {
  const file = createRequire(import.meta.url).resolve(
    `@fontsource/roboto/files/roboto-latin-${weight}-normal.woff2`,
  );
  const data = readFileSync(file).toString('base64');
  return `@font-face { font-family: Roboto; font-weight: ${weight}; src: url(data:font/woff2;base64,${data}) }`;
});

export const roboto = `${faces.join(' ')} :root { --font: Roboto !important }`;

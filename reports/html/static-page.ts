/** The frame of a page that needs no script: one self-contained file that opens offline and loads nothing. Every value is escaped. */
import type { PageAssets } from './frame.ts';
import { Html, html } from './html.ts';
import { shapeSprite } from './parts.ts';

export interface StaticPage {
  readonly title: string;
  /** With the page's only h1. */
  readonly main: Html;
  /** The file that has the same numbers. */
  readonly numbersIn: string;
}

export function renderStaticPage({ title, main, numbersIn }: StaticPage, assets: PageAssets): string {
  const policy = `default-src 'none'; style-src '${assets.styleHash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(assets.style)}</style>
</head>
<body>
${shapeSprite()}
<main id="main">
${main}
</main>
<footer><p>aragora-slo · the numbers are those of ${numbersIn}</p></footer>
</body>
</html>
`.markup;
}

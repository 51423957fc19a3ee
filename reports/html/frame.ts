/** The frame of every page: head, content security policy, navigation, sections, chart data. The policy lets nothing else load. */
import { Html, html, jsonScript } from './html.ts';
import { shapeSprite } from './parts.ts';
import type { PageContext, Section } from './section.ts';

/** A page's script and style, bundled, with the hashes by which the policy allows them (`sha256-…` in base64), and where the documents are. */
export interface PageAssets extends PageContext {
  readonly script: string;
  readonly style: string;
  readonly scriptHash: string;
  readonly styleHash: string;
}

export interface PageParts {
  readonly title: string;
  /** Text of the page's first link, which skips to its main part. */
  readonly skipTo: string;
  /** The section at the top, with the page's only h1. */
  readonly hero: Html;
  readonly sections: readonly Section[];
  readonly footer: Html;
}

/** One self-contained HTML file: it opens offline and loads nothing. Every value is escaped. */
export function renderPage({ title, skipTo, hero, sections, footer }: PageParts, assets: PageAssets): string {
  const charts = Object.assign({}, ...sections.map((section) => section.charts ?? {})) as Record<string, unknown>;
  const policy = `default-src 'none'; script-src '${assets.scriptHash}'; style-src '${assets.styleHash}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${inline(assets.style, 'style')}</style>
</head>
<body>
${shapeSprite()}
<a class="skip" href="#main">Skip to ${skipTo}</a>
${bar(sections)}
<main id="main">
${hero}
${sections.map(sectionMarkup)}
</main>
<footer>${footer}</footer>
${jsonScript('charts', charts)}
<script>${inline(assets.script, 'script')}</script>
</body>
</html>
`;
  return page.markup;
}

/** Our own bundle, unchanged: its hash is in the policy. It must not end its own element. */
function inline(code: string, element: 'script' | 'style'): Html {
  if (code.toLowerCase().includes(`</${element}`))
    throw new Error(`the ${element} of the report would end its own element`);
  return new Html(code);
}

function bar(sections: readonly Section[]): Html {
  const links = sections
    .filter(({ isMinor }) => isMinor !== true)
    .map((section) => html`<li><a href="#${section.id}">${section.navTitle ?? section.title}</a></li>`);
  const themes = [
    ['auto', 'Auto'],
    ['light', 'Light'],
    ['dark', 'Dark'],
  ].map(
    ([value, label]) =>
      html`<label><input type="radio" name="theme" value="${value}" id="theme-${value}"${value === 'auto' ? html` checked` : null}><span>${label}</span></label>`,
  );
  return html`<header class="top"><a class="mark" href="#main">aragora-slo</a>
<nav aria-label="Sections"><ul>${links}</ul></nav>
<fieldset class="theme"><legend class="unseen">Colours</legend>${themes}</fieldset></header>`;
}

function sectionMarkup(section: Section): Html {
  return html`<section id="${section.id}" aria-labelledby="${section.id}-title"><h2 id="${section.id}-title">${section.title}</h2>
${section.body}
</section>\n`;
}

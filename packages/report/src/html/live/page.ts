/** What a server of the live view hands out besides figures. */
import { readFileSync } from 'node:fs';
import { clientScript } from '../script.ts';
import { styleSheet } from '../style.ts';

export interface LiveAssets {
  /** The one page, for all runs and for each. */
  page: string;
  /** `live.js`, `live.css` and `icon.svg` beside it. */
  script: string;
  style: string;
  icon: string;
}

export function liveAssets(): LiveAssets {
  const style = styleSheet() + readFileSync(new URL('live.css', import.meta.url), 'utf8');
  return { page, script: clientScript(['live/main.ts']), style, icon };
}

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Assay</title>
<link rel="icon" href="icon.svg">
<link rel="stylesheet" href="live.css">
<script type="module" src="live.js"></script>
</head>
<body>
<header class="top"><div><a class="brand" href="./">Assay</a><span id="link" class="link" role="status">connecting</span></div></header>
<main><noscript><p class="note page">This page needs JavaScript. The same figures: api/overview.</p></noscript></main>
</body>
</html>
`;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b6bb0"/><path d="M7 24 Q14 22 17 14 T26 8" fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round"/></svg>
`;

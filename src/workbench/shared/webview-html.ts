/** What a page's document needs; every address is one that its webview may load. */
export interface PageDocument {
  title: string;
  /** Random for each document; the only scripts that run carry it. */
  nonce: string;
  /** Where VS Code serves an extension's files from. */
  cspSource: string;
  script: string;
  styles: readonly string[];
}

/**
 * The document of a page. Its policy allows the one script by nonce with what it imports, the extension's own style sheets and fonts,
 * and nothing else: no inline style, no image, no request, no frame.
 */
export function webviewHtml({ title, nonce, cspSource, script, styles }: PageDocument): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const links = styles.map((style) => `<link rel="stylesheet" href="${attribute(style)}">`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(title)}</title>
${links.join('\n')}
</head>
<body>
<div id="root"></div>
<script type="module" nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
</body>
</html>`;
}

function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}

import { micromark, parse, postprocess, preprocess } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

const extensions = [gfm()];

/**
 * What a renderer of GitHub's markdown makes of a comment that the reports never write: HTML, links, images, lists and
 * tables that somebody's name brought about; nothing for a sound comment. `links` are the addresses of our own.
 */
export function renderedFaults(markdown: string, links: readonly string[]): readonly string[] {
  return [...foreignHtml(markdown), ...brokenTables(markdown), ...foreignTags(markdown, links)];
}

type Events = ReturnType<typeof postprocess>;

function eventsOf(markdown: string): Events {
  return postprocess(
    parse({ extensions })
      .document()
      .write(preprocess()(markdown, undefined, true)),
  );
}

/** HTML in the source, which GitHub takes over as it is. */
function foreignHtml(markdown: string): readonly string[] {
  return eventsOf(markdown).flatMap(([when, token, context]) => {
    if (when !== "enter" || (token.type !== "htmlText" && token.type !== "htmlFlowData")) return [];
    const html = context.sliceSerialize(token);
    const isOurs = /^(?:<\/?details>|<\/?sub>|<br>|<summary>[\w ]+<\/summary>)$/.test(html);
    return isOurs ? [] : [`HTML: ${html}`];
  });
}

/** A renderer fills rows that are too short and drops what is too much: the page does not show it. */
function brokenTables(markdown: string): readonly string[] {
  const faults: string[] = [];
  let width: number | null = null;
  let cells = 0;
  for (const [when, token, context] of eventsOf(markdown)) {
    const type: string = token.type;
    if (when === "enter") {
      if (type === "table") width = null;
      if (type === "tableRow") cells = 0;
      if (type === "tableHeader" || type === "tableData") cells += 1;
    } else if (type === "tableRow") {
      width ??= cells;
      if (cells !== width)
        faults.push(`a row of ${cells} cells in a table of ${width}: ${context.sliceSerialize(token)}`);
    }
  }
  return faults;
}

const ourTags = new Set(
  "p strong em h3 h4 h5 ul li blockquote pre code table thead tbody tr th td br details summary sub a".split(
    " ",
  ),
);

/** What is on the page in the end. */
function foreignTags(markdown: string, links: readonly string[]): readonly string[] {
  const page = micromark(markdown, {
    extensions,
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  });
  const attributes = new Set(["", ' class="language-diff"', " /", ...links.map((url) => ` href="${url}"`)]);
  const open: string[] = [];
  const faults: string[] = [];
  for (const [tag, slash = "", name = "", rest = ""] of page.matchAll(/<(\/?)(\w*)([^>]*)>/g)) {
    if (!ourTags.has(name) || !attributes.has(rest)) faults.push(`a tag that is not ours: ${tag}`);
    if (slash === "" && name !== "br") open.push(name);
    if (slash === "/" && open.pop() !== name) faults.push(`a tag that closes another: ${tag}`);
  }
  const text = page.replace(/<pre>.*?<\/pre>|<code>.*?<\/code>/gs, "");
  return [
    ...faults,
    ...open.map((name) => `a tag is left open: <${name}>`),
    ...(text.includes("|") ? ["a row outside of any table"] : []),
  ];
}

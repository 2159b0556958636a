/**
 * The page on the citizen's phone, as HTML without any script: it works in every browser, and there
 * is nothing to inject into. All five levels have the same size and the same distance, none is
 * chosen; the labels of the chosen level appear by the style sheet alone.
 */
import { createHash } from 'node:crypto';
import type { EvaluationRules } from '../../../../broker-config/messages.ts';
import { levels } from '../../../../broker-config/messages.ts';
import { en } from './texts/en.ts';
import { zhCN } from './texts/zh-CN.ts';

export type Language = 'zh' | 'en';
export type Sentence = keyof typeof zhCN;
const texts = { zh: zhCN, en };

const faces = ['😄', '😊', '😐', '😕', '😞'] as const;

const style = `
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:34rem;padding:1rem;font:1.25rem/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;color:#1a1a1a;background:#fff}
h1{font-size:1.6rem;margin:.2em 0}
dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem;margin:1rem 0}
dt{color:#4a4a4a}dd{margin:0;font-weight:600}
fieldset{border:0;padding:0;margin:1rem 0}
legend{font-weight:600;padding:0}
input[type=radio]{position:absolute;opacity:0}
.level,.label{display:flex;align-items:center;gap:.8rem;min-height:4rem;margin:.6rem 0;padding:.5rem 1rem;border:2px solid #4a4a4a;border-radius:.6rem;background:#fff}
.level span{font-size:2rem}
.label{min-height:3.2rem}
.label input{width:1.6rem;height:1.6rem}
input:checked+.level{background:#0b3d91;border-color:#0b3d91;color:#fff}
input:checked+.level::after{content:"✓";margin-left:auto;font-weight:700}
input:focus-visible+.level,button:focus-visible,textarea:focus-visible,a:focus-visible{outline:4px solid #b35900;outline-offset:2px}
.labels{display:none}
${levels.map((_, i) => `#l${i}:checked~.labels.of${i}`).join(',')}{display:block}
textarea{width:100%;min-height:6rem;font:inherit;padding:.6rem;border:2px solid #4a4a4a;border-radius:.6rem}
button{width:100%;min-height:4rem;font:inherit;font-weight:700;color:#fff;background:#0b3d91;border:0;border-radius:.6rem}
a{color:#0b3d91;display:inline-block;padding:.6rem 0}
.error{border-left:.4rem solid #b00020;padding-left:.8rem}
`;

/** What the page may load: its own style and nothing else; where it may send: back here. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface FormParts {
  language: Language;
  number: string;
  service: string;
  window: string;
  rules: EvaluationRules;
  round: 1 | 2;
  /** Key of the request: a form sent twice has one effect. */
  key: string;
  /** Sent without a level. */
  nothingChosen: boolean;
}

export function formPage(o: FormParts): string {
  const t = texts[o.language];
  const level = (id: (typeof levels)[number], i: number) =>
    `<input type="radio" name="level" id="l${i}" value="${id}" required>` +
    `<label class="level" for="l${i}"><span aria-hidden="true">${faces[i]}</span>${t[id]}</label>`;
  return pageOf(
    o.language,
    `${o.nothingChosen ? `<p class="error" role="alert">${t.choose}</p>` : ''}
<p>${o.round === 1 ? t.intro : t.followUp}</p>
<dl><dt>${t.number}</dt><dd>${escaped(o.number)}</dd><dt>${t.service}</dt><dd>${escaped(o.service)}</dd>
<dt>${t.window}</dt><dd>${escaped(o.window)}</dd></dl>
<form method="post"><input type="hidden" name="key" value="${o.key}"><input type="hidden" name="round" value="${o.round}">
<fieldset><legend>${t.question}</legend>${levels.map(level).join('')}${levels.map((id, i) => labelsOf(o, id, i)).join('')}</fieldset>
${o.rules.textMax > 0 ? `<p><label for="text">${t.text}</label><textarea id="text" name="text" maxlength="${o.rules.textMax}"></textarea></p>` : ''}
<button>${t.send}</button></form>`,
  );
}

function labelsOf(
  { rules, language }: FormParts,
  level: (typeof levels)[number],
  i: number,
): string {
  const own = rules.labels.filter((l) => l.level === level);
  if (own.length === 0) return '';
  const boxes = own.map(
    ({ code, name }) =>
      `<label class="label"><input type="checkbox" name="label" value="${code}">${escaped(name[language])}</label>`,
  );
  return `<div class="labels of${i}"><p>${texts[language].labels}</p>${boxes.join('')}</div>`;
}

/** A page that only says something. */
export function saidPage(language: Language, title: Sentence, detail: Sentence | string): string {
  const t = texts[language];
  const sentence = Object.hasOwn(t, detail) ? t[detail as Sentence] : detail;
  return pageOf(language, `<h2>${t[title]}</h2><p role="status">${escaped(sentence)}</p>`);
}

function pageOf(language: Language, body: string): string {
  const t = texts[language];
  const other = language === 'zh' ? 'en' : 'zh';
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>${t.title}</title><style>${style}</style></head>
<body><main><h1>${t.title}</h1>
${body}
<p><a href="?lang=${other}" lang="${other}">${t.language}</a></p></main></body></html>
`;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (c) => entities[c] ?? c);

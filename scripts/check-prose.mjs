// Finds the worst prose in comments, doc comments, papers and English texts. CONTRIBUTING.md, "Style: prose", has the
// guide. This script checks only what it can find without false alarms.
//
//   node scripts/check-prose.mjs             prints the findings of each rule that exceeds its allowance
//   node scripts/check-prose.mjs --all       prints every finding
//   node scripts/check-prose.mjs RULE …      prints the findings of these rules
//   node scripts/check-prose.mjs --counts    prints how many findings each rule has, as the table below
//
// The exit status is 1 if a rule exceeds its allowance.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** How many findings of each rule may remain. These figures may only go down. */
const allowances = {
  'doc-first-word': 1,
  'if-question': 0,
  'who-subject': 0,
  anew: 1,
  bears: 0,
  'by-itself': 1,
  'called-off': 0,
  'come-of': 0,
  'goes-on': 3,
  'keep-off': 0,
  'let-in': 0,
  mend: 0,
  nought: 0,
  'of-its-own': 1,
  'taken-back': 0,
  tells: 1,
  thereby: 0,
};

/** Where a sentence begins. */
const start = String.raw`(?<=^|[.!?][”"')]*\s)`;

/** The rules: a pattern, and what to write instead. `doc` looks at the first words of doc comments only. */
const rules = {
  'doc-first-word': {
    doc: true,
    pattern: /^(?:What|Whether|Who|Whom|Where|How)\b/g,
    instead: 'begin with a noun phrase or a third-person verb; for a bool "`true` if …"',
  },
  // A sentence with a comma and no question mark.
  'if-question': {
    pattern: new RegExp(String.raw`${start}(?:Is|Are|Does|Was|Were|Has) [^.?!:;]*,[^.?!]*[.:](?=\s|$)`, 'g'),
    instead: '"If …,"',
  },
  'who-subject': {
    pattern: new RegExp(String.raw`${start}(?:Who|Whoever) [^.?!]*[.:](?=\s|$)`, 'g'),
    instead: 'name the person: "a visitor who …"',
  },
  anew: { pattern: /\banew\b/gi, instead: '"again"' },
  bears: { pattern: /\bbears?\b/gi, instead: '"allows", "can take"' },
  'by-itself': { pattern: /\bby (?:itself|themselves)\b/gi, instead: '"alone", "automatically"' },
  'called-off': { pattern: /\bcall(?:ed|ing|s)?(?: (?:a|an|it|the|meetings?)\b){0,2}(?: meetings?)? off\b/gi, instead: '"cancelled"' },
  'come-of': { pattern: /\b(?:be)?(?:comes?|came) of\b/gi, instead: 'name the result' },
  'goes-on': { pattern: /\b(?:goes|go|going|went) on\b(?! to\b)/gi, instead: '"continues"' },
  'keep-off': { pattern: /\bk(?:eeps?|ept) (?:\w+ ){1,2}off\b/gi, instead: '"locks"' },
  'let-in': { pattern: /\blets? (?:(?:us|them|it|you|nobody|somebody|anybody|people) )?in(?! (?:the|a|an)\b)\b/gi, instead: '"accepts"' },
  mend: { pattern: /\bmend(?:s|ed|ing)?\b/gi, instead: '"fix"' },
  nought: { pattern: /\bnought\b/gi, instead: '"zero"' },
  'of-its-own': { pattern: /\bof (?:its|their|his|her|ours?|my|your|one's) own\b/gi, instead: '"its own …"' },
  ring: { pattern: /\b(?:to|can|could|may|please|never|or|and|,) ring\b|(?:^|[.!?"] *)ring (?=the|us|them|you|whom|who)/gi, instead: '"call"' },
  'stands-in': { pattern: /\bstands? (?:in|on|at|beside|below|above|there|here|under|with)\b/gi, instead: '"is"' },
  'taken-back': { pattern: /\b(?:take|takes|took|taken|taking) back\b|\btak(?:es?|ing) (?:\w+ ){1,2}back\b/gi, instead: '"revoked"' },
  tells: { pattern: /\b(?:tells?|told|telling)\b(?!(?: [\w'’]+){0,6} apart\b)/gi, instead: '"reports", "returns", "notifies"' },
  thereby: { pattern: /\bthereby\b/gi, instead: '"so"' },
};

// --- Text and its lines ------------------------------------------------------------------------------

const comments = {
  slashes: /^\s*(\/\/[/!]?)(?!\/)\s?(.*)$/,
  hash: /^\s*(#)(?![!\[])\s?(.*)$/,
  dashes: /^\s*(--)\s?(.*)$/,
};
const trailing = /[;,{})\]]\s+\/\/ (.*)$/;

/** Paragraphs of a text: their lines, the number of the first, and whether they begin a doc comment. */
function paragraphs(path, text) {
  const found = [];
  let current = null;
  const close = () => (current = null);
  const add = (line, n, doc = false) => {
    if (current) current.lines.push(line);
    else found.push((current = { first: n, lines: [line], doc }));
  };
  const lines = text.split('\n');
  const extension = /\.([a-z]+)$/.exec(path)?.[1] ?? '';

  if (extension === 'md') {
    let [fence, left] = [false, false];
    for (const [n, line] of lines.entries()) {
      if (/^\s*```/.test(line)) fence = !fence;
      // The guide shows what not to write.
      if (/^## /.test(line)) left = path === 'CONTRIBUTING.md' && (line === '## Style: prose' || line === '## Commits');
      if (fence || left || /^\s*$|^\s*```|^#/.test(line)) close();
      else if (/^\|/.test(line)) {
        for (const cell of line.split('|')) {
          close();
          if (cell.trim()) add(cell.trim(), n + 1);
        }
        close();
      } else {
        if (/^\s*(?:[-*]|\d+\.) /.test(line)) close();
        add(line.replace(/^\s*(?:[-*]|\d+\.) /, '').trim(), n + 1);
      }
    }
    return found;
  }

  const kind =
    { sql: 'dashes', toml: 'hash', yml: 'hash', conf: 'hash', service: 'hash', timer: 'hash' }[extension] ??
    (extension === '' ? 'hash' : 'slashes');
  let [block, mark, fence] = [false, '', false];
  for (const [n, line] of lines.entries()) {
    if (kind === 'slashes' && (block || /^\s*\/\*/.test(line))) {
      const doc = /^\s*\/\*\*/.test(line);
      const words = line.replace(/^\s*\/?\*+\/?\s?/, '').replace(/\s*\*\/.*$/, '');
      if (!block) close();
      if (words.trim()) add(words, n + 1, doc && !block);
      else if (block) close();
      block = !line.includes('*/');
      if (!block) close();
      continue;
    }
    const match = comments[kind].exec(line);
    if (match) {
      const doc = match[1].length === 3;
      const begins = match[1] !== mark;
      if (begins) [fence] = [false, close()];
      if (/^```/.test(match[2])) fence = !fence;
      if (fence || /^\s*$|^```|^#+ /.test(match[2])) close();
      else {
        if (/^\s*(?:[-*]|\d+\.) /.test(match[2])) close();
        add(match[2], n + 1, doc && begins);
      }
      mark = match[1];
    } else {
      close();
      mark = '';
      const end = kind === 'slashes' ? trailing.exec(line) : null;
      if (end) add(end[1], n + 1);
      close();
    }
  }
  return found;
}

/** The English texts of pages and messages, a paragraph a line. */
const texts = (text) =>
  text.split('\n').flatMap((line, n) => (/^\s*\/\//.test(line) ? [] : [{ first: n + 1, lines: [line.trim()], doc: false }]));

// --- Findings ----------------------------------------------------------------------------------------

const skipped = /(?:^LICENSE$|\.lock$|package(?:-lock)?\.json$|openapi\.json$|\/sv(?:\/|\.rs$)|^scripts\/check-prose\.mjs$)/;
const wanted = /\.(?:rs|md|m?js|ts|css|sql|toml|yml|conf|service|timer)$|^Makefile$|^(?:scripts|packaging)\/(?:.*\/)?[a-z-]+$/;
const english = /^app\/src\/(?:words|i18n)\/en(?:\/|\.rs$)/;

const findings = Object.fromEntries(Object.keys(rules).map((name) => [name, []]));

function look(path, { first, lines, doc }, names) {
  // Code in backticks is no prose.
  const text = lines.join('\n').replace(/`[^`]*`/g, (code) => code.replace(/[^\n]/g, '_'));
  const flat = text.replaceAll('\n', ' ');
  for (const name of names) {
    const rule = rules[name];
    if (rule.doc && !doc) continue;
    for (const match of flat.matchAll(rule.pattern)) {
      // A doc comment may begin with the verb, and has a rule for its first word.
      if (/^(?:if-question|who-subject)$/.test(name) && doc && match.index === 0) continue;
      const line = first + text.slice(0, match.index).split('\n').length - 1;
      findings[name].push({ path, line, words: match[0].slice(0, 60) });
    }
  }
}

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
for (const path of files.split('\n').filter((path) => wanted.test(path) && !skipped.test(path))) {
  let text;
  try {
    text = readFileSync(`${root}/${path}`, 'utf8');
  } catch {
    continue; // Removed, but not from the index yet.
  }
  for (const paragraph of paragraphs(path, text)) look(path, paragraph, Object.keys(rules));
  if (english.test(path)) for (const paragraph of texts(text)) look(path, paragraph, ['ring', 'anew', 'called-off', 'goes-on', 'mend']);
}

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !['--all', '--counts'].includes(name) && !(name in rules));
if (unknown) {
  console.error(`prose: there is no rule ${unknown}: ${Object.keys(rules).join(', ')}`);
  process.exit(2);
}
if (asked.includes('--counts')) {
  for (const [name, found] of Object.entries(findings)) console.log(`  ${name.includes('-') ? `'${name}'` : name}: ${found.length},`);
  process.exit(0);
}
let failed = false;
for (const [name, found] of Object.entries(findings)) {
  const allowed = allowances[name] ?? 0;
  const over = found.length > allowed;
  failed ||= over;
  if (over || asked.includes('--all') || asked.includes(name)) {
    for (const { path, line, words } of found) console.log(`${path}:${line}: ${name}: ${words}`);
  }
  if (over) console.error(`prose: ${name}: ${found.length} findings, ${allowed} allowed; write ${rules[name].instead}`);
  else if (found.length < allowed) console.log(`prose: ${name}: ${found.length} findings; lower its allowance from ${allowed}`);
}
if (!failed) console.log(`prose: ${Object.keys(rules).length} rules kept`);
process.exit(failed ? 1 : 0);

import { fieldsOf } from '../json.ts';

/** The secrets of one invocation, which are replaced in every text that leaves it. */
export type Redaction = {
  registerSecret: (secret: string | undefined) => void;
  /** Keeps a name readable that contains a secret, such as `redis/billing` with `billing`. */
  registerName: (name: string | undefined) => void;
  redact: (text: string) => string;
};

const REPLACEMENT = '[redacted]';

// Redaction of a shorter string would make every line unreadable.
const SECRET_MIN_CHARACTERS = 4;

/**
 * Replaces registered secrets in every text, in case that code writes one by mistake. Covers plain
 * text, base64, URL encoding and JSON escapes.
 */
export function openRedaction(): Redaction {
  const forms = new Set<string>();
  const names = new Set<string>();
  return {
    registerSecret: (secret) => {
      if (secret === undefined || secret.length < SECRET_MIN_CHARACTERS) return;
      forms.add(secret);
      forms.add(JSON.stringify(secret).slice(1, -1));
      forms.add(encodeURIComponent(secret.toWellFormed()));
      for (const form of base64Forms(secret)) forms.add(form);
    },
    registerName: (name) => {
      if (name !== undefined) names.add(name);
    },
    redact: (text) => {
      const secrets = rangesOf(text, forms);
      if (secrets.length === 0) return text;
      const kept = rangesOf(text, names);
      return replaceRanges(
        text,
        secrets.filter((range) => !kept.some((name) => isInside(range, name))),
      );
    },
  };
}

/** A part of a text: from an index, to the index after its end. */
type Range = { from: number; to: number };

/** Returns where words are in a text, in the order of the text. */
function rangesOf(text: string, words: Iterable<string>): Range[] {
  const found: Range[] = [];
  for (const word of words) {
    if (word === '') continue;
    for (let from = text.indexOf(word); from !== -1; from = text.indexOf(word, from + 1)) {
      found.push({ from, to: from + word.length });
    }
  }
  return found.sort((one, other) => one.from - other.from);
}

/** A secret that equals a name is no part of it: redact it. */
function isInside(secret: Range, name: Range): boolean {
  const isLonger = name.to - name.from > secret.to - secret.from;
  return isLonger && name.from <= secret.from && secret.to <= name.to;
}

/** Replaces sorted ranges; ranges that overlap become one. */
function replaceRanges(text: string, ranges: Range[]): string {
  let safe = '';
  let end = 0;
  for (const { from, to } of ranges) {
    if (from >= end) safe += text.slice(end, from) + REPLACEMENT;
    end = Math.max(end, to);
  }
  return safe + text.slice(end);
}

// The fields with these names hold constants of the function. A password such as `INFO` or
// `reconcile` must not change them: searches and metrics depend on them.
const CONSTANT_FIELDS = new Set([
  ...['timestamp', 'level', 'message', 'step', 'secretId', 'clientRequestToken'],
  ...['cluster', 'outcome', 'code', 'check', 'status'],
  ...['_aws', 'FunctionName', 'Step', 'ErrorCode'],
]);

/** Redacts each string in JSON, except the function's own constants. */
export function redactFields(json: unknown, redact: Redaction['redact']): unknown {
  if (typeof json === 'string') return redact(json);
  if (Array.isArray(json)) return json.map((one) => redactFields(one, redact));
  const fields = fieldsOf(json);
  if (fields === undefined) return json;
  const safe = (key: string, value: unknown) =>
    CONSTANT_FIELDS.has(key) ? value : redactFields(value, redact);
  return Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, safe(key, one)]));
}

// In a longer text, such as `name:password`, a secret starts at any of the 3 bytes of a group.
const GROUP_BYTES = [0, 1, 2];
const BITS_PER_CHARACTER = 6;

/** Returns a secret in base64, alone and inside a longer text: the characters that only it sets. */
function base64Forms(secret: string): string[] {
  const own = Buffer.from(secret);
  const inside = GROUP_BYTES.map((before) => {
    const from = Math.ceil((before * 8) / BITS_PER_CHARACTER);
    const to = Math.floor(((before + own.length) * 8) / BITS_PER_CHARACTER);
    return Buffer.concat([Buffer.alloc(before), own])
      .toString('base64')
      .slice(from, to);
  });
  return [own.toString('base64').replace(/=+$/, ''), ...inside];
}

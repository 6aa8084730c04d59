export const [INK, SOFT, LINE] = ['#1f2328', '#59636e', '#d1d9e0'];
const FONT = 'font-family="Helvetica, Arial, sans-serif" font-size="13"';

export const number = (value: number) => String(Math.round(value * 10) / 10);

/** Returns a picture with a frame. The white background is readable on light and dark pages. */
export function picture(width: number, height: number, title: string, parts: string[]): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const frame = `width="${width - 1}" height="${height - 1}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${FONT}>`,
    `<title>${title}</title>`,
    `<rect x="0.5" y="0.5" ${frame} rx="8" fill="#ffffff" stroke="${LINE}"/>`,
    text(16, 29, title, `font-size="17" font-weight="bold" fill="${INK}"`),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

export function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${number(x)}" y="${number(y)}" ${more}>${content}</text>`;
}

export function bar(left: number, right: number, top = 0, bottom = 0, color = INK): string {
  const size = `width="${number(right - left)}" height="${number(bottom - top)}"`;
  return `<rect x="${number(left)}" y="${number(top)}" ${size} fill="${color}"/>`;
}

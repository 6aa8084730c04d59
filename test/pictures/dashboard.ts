import { writeFileSync } from 'node:fs';
import { withRotation } from '../rotation-template.ts';
import { ofType, show } from '../template.ts';

// Draws docs/dashboard.svg, the layout of the dashboard, from the template that makes it.
const CELL = 36;
const COLORS = ['#1f6fb2', '#d1495b', '#3a7d44', '#b8860b', '#6a4c93'];

type Metric = [namespace: string, name: string, ...more: unknown[]] | [{ label: string }];
type Widget = {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { title: string; metrics?: Metric[]; alarms?: string[] };
};

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function draw({ x, y, width, height, properties }: Widget): string {
  const [left, top] = [x * CELL + 4, y * CELL + 4];
  const lines = (properties.metrics ?? []).map((metric) => {
    const options = metric.at(-1) as { label?: string };
    return options.label || (typeof metric[1] === 'string' ? metric[1] : 'one line a code');
  });
  if (properties.alarms !== undefined) lines.push(`${properties.alarms.length} alarms`);
  return [
    `<rect x="${left}" y="${top}" width="${width * CELL - 8}" height="${height * CELL - 8}" rx="6" fill="#ffffff" stroke="#9fb0c0"/>`,
    `<text x="${left + 12}" y="${top + 24}" font-size="15" font-weight="bold" fill="#222222">${escaped(properties.title)}</text>`,
    ...lines.map(
      (line, index) =>
        `<rect x="${left + 12}" y="${top + 44 + index * 22}" width="12" height="12" fill="${COLORS[index % COLORS.length]}"/>` +
        `<text x="${left + 32}" y="${top + 55 + index * 22}" font-size="13" fill="#444444">${escaped(line)}</text>`,
    ),
  ].join('');
}

/** The picture, as SVG. */
export function drawDashboard(): string {
  const template = withRotation();
  const [dashboard] = ofType(template, 'AWS::CloudWatch::Dashboard');
  const body = show(template, dashboard?.Properties.DashboardBody);
  const { widgets } = JSON.parse(body) as { widgets: Widget[] };
  const columns = Math.max(...widgets.map(({ x, width }) => x + width));
  const rows = Math.max(...widgets.map(({ y, height }) => y + height));
  const size = `width="${columns * CELL}" height="${rows * CELL}"`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="Helvetica, Arial">`;
  const drawn = widgets.map(draw).join('\n');
  return `${head}\n<title>The dashboard</title>\n<rect ${size} fill="#eef1f4"/>\n${drawn}\n</svg>\n`;
}

if (import.meta.main) writeFileSync('docs/dashboard.svg', drawDashboard());

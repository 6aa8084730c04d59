import { type EChartsOption, init } from 'echarts';
import type { Start } from './cold-start.ts';
import type { Scale } from './scale.ts';

const SIZE = { width: 760, height: 300 };
// A background of its own keeps the chart readable on light and on dark pages.
const STYLE = {
  backgroundColor: '#ffffff',
  animation: false,
  textStyle: { fontFamily: 'sans-serif', color: '#24292f' },
} as const;
const BLUE = '#0969da';
const GREEN = '#1a7f37';
const GREY = '#8c959f';

function draw(option: EChartsOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  chart.setOption({ ...STYLE, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

/** Draws the median load time of each way to start, as bars. */
export function drawStarts(starts: Start[]): string {
  const shown = starts.filter(({ load }) => load.median > 0).toReversed();
  return draw({
    title: { text: 'From an empty process to a function that is ready', left: 16, top: 8 },
    grid: { left: 190, right: 90, top: 56, bottom: 48 },
    xAxis: { type: 'value', name: 'ms, median', nameLocation: 'middle', nameGap: 30 },
    yAxis: { type: 'category', data: shown.map(({ name }) => name), axisTick: { show: false } },
    series: [
      {
        type: 'bar',
        barWidth: 22,
        data: shown.map(({ name, load }) => ({
          value: Math.round(load.median),
          itemStyle: { color: name.startsWith('as deployed') ? BLUE : GREY },
        })),
        label: { show: true, position: 'right', formatter: '{c} ms' },
      },
    ],
  });
}

/** Draws the cost of one rotation by the number of secrets, as lines. */
export function drawScale(scales: Scale[]): string {
  return draw({
    title: { text: 'One rotation, by how many secrets rotate', left: 16, top: 8 },
    legend: { top: 36, left: 16 },
    grid: { left: 60, right: 60, top: 84, bottom: 48 },
    xAxis: {
      type: 'category',
      name: 'secrets',
      nameLocation: 'middle',
      nameGap: 30,
      data: scales.map(({ secrets }) => secrets.toLocaleString('en')),
    },
    yAxis: [
      { type: 'value', name: 'calls', min: 0 },
      { type: 'value', name: 'ms', min: 0, splitLine: { show: false } },
    ],
    series: [
      { ...line('AWS calls', BLUE), data: scales.map(({ awsCalls }) => awsCalls) },
      { ...line('cluster calls', GREEN), data: scales.map(({ clusterCalls }) => clusterCalls) },
      {
        ...line('milliseconds', GREY),
        yAxisIndex: 1,
        data: scales.map(({ ms }) => Math.round(ms * 10) / 10),
      },
    ],
  });
}

const line = (name: string, color: string) => ({
  type: 'line' as const,
  name,
  color,
  yAxisIndex: 0,
  symbolSize: 8,
});

import uPlot from 'uplot'
import { formatCount, formatFraction } from '../app/format.ts'
import { measureIn } from './measure.ts'

/** A bar of a chart. */
export interface Bar {
  /** Its place from left to right: seconds since 1970, or any whole number. */
  at: number
  value: number
  /** What it stands for, in words. */
  name: string
}

/** A chart on the screen. */
export interface Drawn {
  update(bars: readonly Bar[]): void
  remove(): void
}

/** What is written under the bars. */
export interface Labels {
  nameOf: (at: number) => string
  /** How many bars may lie between two labels. */
  steps: readonly number[]
}

/** Pixels. */
const HEIGHT = 160
const AXIS_WIDTH = 48
const AXIS_HEIGHT = 28
const LABEL_GAP = 16
const MAX_BAR_WIDTH = 24

/** Draws bars into an element, as wide as that is, in the colors of the page; they change with the color scheme. */
export function drawChart(frame: HTMLElement, bars: readonly Bar[], labels: Labels): Drawn {
  let shown = bars
  let plot = make()
  function make(): uPlot {
    return new uPlot(optionsFor(frame, shown, labels), dataOf(shown), frame)
  }
  const remake = () => {
    plot.destroy()
    plot = make()
  }
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  scheme.addEventListener('change', remake)
  const resizing = new ResizeObserver(() => plot.setSize({ width: frame.clientWidth, height: HEIGHT }))
  resizing.observe(frame)
  return {
    update(next) {
      shown = next
      plot.setData(dataOf(next))
    },
    remove() {
      scheme.removeEventListener('change', remake)
      resizing.disconnect()
      plot.destroy()
    },
  }
}

const dataOf = (bars: readonly Bar[]): uPlot.AlignedData => [
  bars.map(({ at }) => at),
  bars.map(({ value }) => value),
]

function optionsFor(
  frame: HTMLElement,
  bars: readonly Bar[],
  { nameOf, steps: multiples }: Labels,
): uPlot.Options {
  const style = getComputedStyle(frame)
  const color = (name: string) => style.getPropertyValue(name).trim()
  const font = `12px ${style.fontFamily}`
  const widthOf = measureIn(font)
  const label = Math.max(0, ...bars.map(({ at }) => widthOf(nameOf(at))))
  const axis = {
    stroke: color('--text-muted'),
    font,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
  }
  const steps = bars.slice(1).map(({ at }, index) => at - bars[index]!.at)
  const step = steps.length > 0 ? Math.min(...steps) : 1
  return {
    width: frame.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    // Labels stand in the middle below their bars, and may end outside of the outer ones.
    padding: [null, label / 2, null, Math.max(0, label / 2 - AXIS_WIDTH)],
    scales: {
      x: { time: false, range: (_plot, min, max) => [min - step / 2, max + step / 2] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] },
    },
    axes: [
      {
        ...axis,
        size: AXIS_HEIGHT,
        space: label + LABEL_GAP,
        grid: { show: false },
        incrs: multiples.map((multiple) => multiple * step),
        values: (_plot, splits) => splits.map(nameOf),
      },
      {
        ...axis,
        size: AXIS_WIDTH,
        values: (_plot, splits) =>
          splits.map((value) => (Number.isInteger(value) ? formatCount(value) : formatFraction(value))),
      },
    ],
    series: [
      {},
      {
        fill: color('--accent'),
        width: 0,
        points: { show: false },
        paths: uPlot.paths.bars!({ size: [0.7, MAX_BAR_WIDTH] }),
      },
    ],
  }
}

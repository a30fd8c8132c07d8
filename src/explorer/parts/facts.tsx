import type { ComponentChildren } from 'preact'

/** Names and values, as a list of descriptions. A value that is undefined is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren | undefined])[] }) {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** Large numbers that tell the state of something at a glance. */
export function Tiles({ tiles }: { tiles: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="tiles">
      {tiles.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface SectionProps {
  title: string
  children: ComponentChildren
  /** What stands beside the title, such as a link to all. */
  aside?: ComponentChildren
}

/** A part of a page under a heading. */
export function Section({ title, children, aside }: SectionProps) {
  return (
    <section class="section">
      <div class="section-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

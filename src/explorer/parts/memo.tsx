import { Component, type ComponentChildren, type FunctionComponent } from 'preact'

/**
 * A component that is rendered anew only if one of its properties is another than before: of a list that grows, the rows that were there stay as they are.
 * @param render uses no hooks
 */
export function memo<Props extends object>(
  render: (props: Props) => ComponentChildren,
): FunctionComponent<Props> {
  class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      const names = Object.keys({ ...this.props, ...next }) as (keyof Props)[]
      return names.some((name) => name !== 'children' && next[name] !== this.props[name])
    }
    override render(props: Props) {
      return render(props)
    }
  }
  return Memo as unknown as FunctionComponent<Props>
}

// XML as a tree that keeps the order of its elements, and those that we do not know.
import { XMLBuilder, XMLParser } from 'fast-xml-parser';

/** One element: its name, and its children in their order. */
export type Element = Readonly<Record<string, unknown>>;

const format = { preserveOrder: true, ignoreAttributes: false, parseTagValue: false } as const;
const parser = new XMLParser(format);
// eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is a package of its own
const builder = new XMLBuilder(format);

export const parseXml = (text: string) => parser.parse(text) as Element[];
export const toXml = (root: Element) => builder.build([root]);

export const element = (name: string, ...children: readonly Element[]): Element => ({
  [name]: children,
});
export const leaf = (name: string, text: string) => element(name, { '#text': text });

export const childrenOf = (node: Element, name: string) => node[name] as Element[];

export function textOf(children: readonly Element[], name: string): string | undefined {
  const found = children.find((node) => name in node);
  return (
    found &&
    childrenOf(found, name)
      .map((node) => String(node['#text']))
      .join('')
  );
}

import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Snorkel',
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    ['Scissor Lift', 'strong', String.raw`S\d{4}(?:E|BE|RT|RTE|P|L)*`],
    [
      'Boom Lift',
      'strong',
      String.raw`(?:A|T|AB|MB|TM|TL|MHP|TB)\d{2,4}(?:JRT|RTE?|JE|JN|J|E|AJ|R|N)*`,
    ],
    ['Telehandler', 'strong', String.raw`SR\d{3,4}[A-Z]?`],
  ],
};

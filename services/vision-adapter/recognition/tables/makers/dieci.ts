import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Dieci',
  makes: ['Telehandler', 'Site Dumper'],
  models: [
    [
      'Telehandler',
      'strong',
      String.raw`(APOLLO|ICARUS|RUNNER|DEDALUS|SAMSON|HERCULES|ZEUS|MINIAGRI|AGRIFARMER|AGRISTAR|AGRIPLUS|AGRIMAX|AGRITECH|AGRIPIVOT)(\d{2,3}\.\d{1,2})([A-Z]{0,3})`,
      '$1 $2 $3',
    ],
    [
      'Rotating Telehandler',
      'strong',
      String.raw`(PEGASUS)(\d{2}\.\d{1,2})([A-Z]{0,3})`,
      '$1 $2 $3',
    ],
    ['Telehandler', 'weak', String.raw`\d{2}\.\d{1,2}`],
  ],
};

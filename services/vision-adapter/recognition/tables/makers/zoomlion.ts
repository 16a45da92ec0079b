import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Zoomlion',
  aliases: ['Zoomlion', '中联重科', '中联'],
  makes: ['Excavator', 'Crane', 'Concrete Pump', 'Aerial Work Platform'],
  models: [
    ['Excavator', 'medium', String.raw`ZE\d{2,3}(?:E|G|EK|GK|ESP|GLC)?`],
    ['Mini Excavator', 'medium', String.raw`ZE\d{2}(?:GU|E|EU)`],
    ['Mobile Crane', 'strong', String.raw`(?:ZTC|ZAT|ZRT|ZCC|ZMC|QY)\d{2,5}[A-Z]?\d?`],
    ['Tower Crane', 'medium', String.raw`TC\d{4}[A-Z]?|[DLW]\d{3,4}`],
    ['Aerial Work Platform', 'medium', String.raw`Z[SAT]\d{2,4}(?:AC|DC|JE?|RT|HD)?`],
  ],
};

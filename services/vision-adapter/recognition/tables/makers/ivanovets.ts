import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Ivanovets',
  aliases: ['Ivanovets', 'Ивановец'],
  makes: ['Crane'],
  models: [['Mobile Crane', 'medium', String.raw`[KКKC]{1,2}-?\d{4,5}[A-ZА-Я0-9-]{0,4}`]],
};

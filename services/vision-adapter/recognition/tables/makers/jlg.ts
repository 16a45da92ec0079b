import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'JLG',
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    [
      'Boom Lift',
      'strong',
      String.raw`(?:E|M|EC|H|X|T)?\d{2,4}(?:AJPN|AJP|AJN|AJ|ANP|AN|A|SJP|SJC|SJ|SC|S|HAX|HA|HX|SX|H|J|AXL)`,
    ],
    ['Boom Lift', 'strong', String.raw`(\d{3,4}(?:AJ|SJ|S|A))(HC3|C|N)`, '$1 $2'],
    ['Boom Lift', 'strong', String.raw`(X\d{2}J)(PLUS)?`, '$1 $2'],
    ['Boom Lift', 'medium', 'T350|30E|601S'],
    [
      'Scissor Lift',
      'strong',
      String.raw`(?:ES|R|RT|AE|M|ERT)\d{4}L?|\d{4}(?:ES|RS|R|LE|RT|E2|E3|E)|\d{3}(?:MRT|LRT|CRT|RTS)|\d{2}RTS|R\d{1,2}RS`,
    ],
    [
      'Telehandler',
      'strong',
      String.raw`\d{4}(?:PS|RS|H)|G\d{1,2}-\d{2,3}[AP]|\d{3,4}[A-E]-\d{2}|[67]\d{2}A`,
    ],
    ['Telehandler', 'weak', String.raw`(?:10|12|16)\d{2}|3513|4009|4017|2733|642|742|943`],
    ['Aerial Work Platform', 'strong', String.raw`\d{2}(?:AM|VP|MVL|MSP|SP)|\d{3,4}P|T\d{1,2}E`],
    ['Aerial Work Platform', 'strong', String.raw`(TOUCAN|ECOLIFT)(\d{1,2}E?)(PLUS)?`, '$1 $2 $3'],

    ['Boom Lift', 'strong', String.raw`E?\d{3,4}(?:AJ|SJ|AJP|AJPN|SC)`],
    ['Scissor Lift', 'medium', String.raw`(?:ES|R|RT)?\d{4}(?:ES|R|LE|RT)`],
  ],
};

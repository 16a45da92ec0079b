import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'JLG',
  former: ['Grove Manlift', 'Liftlux', 'Lull'],
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    ['Telehandler', 'strong', String.raw`\d{4}(?:PS|RS)|G\d{1,2}-\d{2,3}[AP]|\d{3,4}[A-E]-\d{2}`],
    ['Telehandler', 'medium', String.raw`(?:2505|3507|2733|2906)H|[67]\d{2}A`],
    [
      'Scissor Lift',
      'strong',
      String.raw`(?:ES|RT|AE|ERT)\d{4}L?|\d{4}(?:ES|RS|LE|RT|E2|E3)|\d{3}(?:MRT|LRT|CRT|RTS)|\d{2}RTS|R\d{1,2}RS`,
    ],
    ['Scissor Lift', 'medium', String.raw`[RM]\d{4}L?|\d{4}[RE]`],
    [
      'Boom Lift',
      'strong',
      String.raw`(?:E|M|EC|H|X|T)?\d{3,4}(?:AJPN|AJP|AJN|AJ|ANP|SJP|SJC|SJ|SC|HAX|AXL)|(?:E|M|EC|X)\d{3}A?N?`,
    ],
    ['Boom Lift', 'strong', String.raw`(\d{3,4}(?:AJ|SJ|S|A))(HC3|C|N)`, '$1 $2'],
    ['Boom Lift', 'strong', String.raw`(X\d{2}J)(PLUS)?`, '$1 $2'],
    [
      'Boom Lift',
      'medium',
      String.raw`T350|T500J|E?\d{3,4}(?:AN|A|S)|\d{2,3}(?:HAX|HA|HX|SX|H|E)|\d{4}S`,
    ],
    ['Telehandler', 'weak', String.raw`(?:10|12|16)\d{2}|3513|4009|4017|2733|642|742|943`],
    ['Aerial Work Platform', 'medium', String.raw`\d{2}(?:AM|VP|MVL|MSP|SP)|\d{3,4}P|T\d{1,2}E`],
    ['Aerial Work Platform', 'strong', String.raw`(TOUCAN|ECOLIFT)(\d{1,2}E?)(PLUS)?`, '$1 $2 $3'],
    ['Boom Lift', 'medium', String.raw`LT\d{2}[A-Z]?`],
  ],
};

import { escaped } from './escaped.ts';
import type { Picture, Shape } from './picture.ts';

/** A picture as SVG that uses only attributes: it has no style or script, and loads nothing. */
export function pictureAsSvg({ width, height, shapes }: Picture, title: string, description: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="picture-title picture-text" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="arial, sans-serif">`,
    `<title id="picture-title">${escaped(title)}</title>`,
    `<desc id="picture-text">${escaped(description)}</desc>`,
    `<rect x="0" y="0" width="${width}" height="${height}" fill="#ffffff"/>`,
    ...shapes.map(drawn),
    '</svg>',
  ].join('\n');
}

function drawn(shape: Shape): string {
  switch (shape.kind) {
    case 'box':
      return `<rect x="${shape.x}" y="${shape.y}" width="${shape.width}" height="${shape.height}" fill="${shape.fill}"/>`;
    case 'path': {
      const path = `<path d="${shape.path}" fill="${shape.fill}" stroke="${shape.stroke}" stroke-width="1.5"/>`;
      return shape.says === null ? path : `<g><title>${escaped(shape.says)}</title>${path}</g>`;
    }
    case 'text':
      return `<text x="${shape.x}" y="${shape.y}" font-size="${shape.size}" text-anchor="${shape.anchor}" fill="#0b0c0c">${escaped(shape.text)}</text>`;
    default:
      return shape satisfies never;
  }
}

// Outlines of binary masks as paths in pixel units. It knows neither colours nor panes.

const AHEAD_X = [1, 0, -1, 0];   // walking right, down, left, up with the mask on the right hand
const AHEAD_Y = [0, 1, 0, -1];
const OUT_X = [0, 1, 0, -1];     // the neighbour outside, seen in that direction
const OUT_Y = [-1, 0, 1, 0];
const MIDDLE_X = [0.5, 1, 0.5, 0];
const MIDDLE_Y = [0, 0.5, 1, 0.5];

/**
 * Closed outlines of a mask (one byte a pixel, 0 or not), and how many points they have:
 * each runs through the middles of the pixel edges between inside and outside, so its
 * corners are cut, not moved.
 */
function outline(mask, width, height) {
  const path = new Path2D();
  const walked = new Uint8Array(mask.length);
  let points = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!mask[i] || walked[i] || (y > 0 && mask[i - width])) continue;
      points += walk(path, mask, walked, width, height, x, y);
    }
  }
  return { path, points };
}

// Every closed line has an edge at the top of some inside pixel: it is enough to start there.
function walk(path, mask, walked, width, height, startX, startY) {
  let x = startX;
  let y = startY;
  let towards = 0;
  let points = 0;
  path.moveTo(x + MIDDLE_X[0], y + MIDDLE_Y[0]);
  do {
    if (towards === 0) walked[y * width + x] = 1;
    const aheadX = x + AHEAD_X[towards];
    const aheadY = y + AHEAD_Y[towards];
    const outX = aheadX + OUT_X[towards];
    const outY = aheadY + OUT_Y[towards];
    if (inside(mask, width, height, outX, outY)) {
      x = outX;
      y = outY;
      towards = (towards + 3) & 3;
    } else if (inside(mask, width, height, aheadX, aheadY)) {
      x = aheadX;
      y = aheadY;
    } else {
      towards = (towards + 1) & 3;
    }
    path.lineTo(x + MIDDLE_X[towards], y + MIDDLE_Y[towards]);
    points++;
  } while (x !== startX || y !== startY || towards !== 0);
  path.closePath();
  return points;
}

function inside(mask, width, height, x, y) {
  return x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] !== 0;
}

// Which slice a study begins with: the one asked for, or the one it was left at. It moves nothing.

let reloaded = wasReloaded();    // until the first study is on screen

/** A reload, and coming back from another page, go on where the reviewer was. */
function sliceToBegin(data, firstShown) {
  const kept = firstShown ? recall("sessionStorage", sliceName(data)) : null;
  const again = reloaded || (kept?.page === performance.timeOrigin && kept?.request === data.request);
  reloaded = false;
  return kept && again && kept.slice < data.study.slices ? kept.slice : data.first;
}

/** A reviewer's own: where the one before stopped may be where a model's finding led. */
function sliceName({ study_id: id, reviewer }) { return `slice.${id}.${reviewer}`; }

let keeping = 0;

function keepSlice(data, slice) {
  clearTimeout(keeping);
  keeping = setTimeout(() => remember("sessionStorage", sliceName(data),
    { slice, request: data.request, page: performance.timeOrigin }), 200);
}

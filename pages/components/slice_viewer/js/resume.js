// Which slice a study begins with: the one asked for, or the one it was left at. It moves nothing.

let reloaded = wasReloaded();    // until the first study is on screen

/** A reload, and coming back from another page, go on where the reviewer was. */
function sliceToBegin(data, firstShown) {
  const kept = firstShown ? recall("sessionStorage", `slice.${data.study_id}`) : null;
  const again = reloaded || (kept?.page === performance.timeOrigin && kept?.request === data.request);
  reloaded = false;
  return kept && again && kept.slice < data.study.slices ? kept.slice : data.first;
}

let keeping = 0;

function keepSlice(data, slice) {
  clearTimeout(keeping);
  keeping = setTimeout(() => remember("sessionStorage", `slice.${data.study_id}`,
    { slice, request: data.request, page: performance.timeOrigin }), 200);
}

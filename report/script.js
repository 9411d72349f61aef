// A linked row may sit in a closed <details>: open it. Paper shows tables too,
// but for the long appendix, which stays as the reader left it.
function reveal(){var e=document.getElementById(decodeURIComponent(location.hash.slice(1)));for(var d=e;d;d=d.parentElement)if(d.tagName==="DETAILS")d.open=true;if(e)e.scrollIntoView()}
addEventListener("hashchange",reveal);if(location.hash)reveal();
addEventListener("beforeprint",function(){document.querySelectorAll("details:not(.appendix)").forEach(function(d){d.open=true})});

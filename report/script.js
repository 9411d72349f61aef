// A linked row may sit in a closed <details>: open it. On paper what is closed
// stays closed and says where it is to be read; what must be on paper is marked.
function reveal(){var e=document.getElementById(decodeURIComponent(location.hash.slice(1)));for(var d=e;d;d=d.parentElement)if(d.tagName==="DETAILS")d.open=true;if(e)e.scrollIntoView()}
addEventListener("hashchange",reveal);if(location.hash)reveal();
addEventListener("beforeprint",function(){document.querySelectorAll("details.paper").forEach(function(d){d.open=true})});

/** After signing in, the page that was asked for comes up. */

document.querySelector("input[name=next]")?.setAttribute("value", location.pathname);

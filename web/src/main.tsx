import { render } from "preact";
import { App } from "./app";
import "./style.css";

const at = document.getElementById("app");
if (at) {
  at.textContent = "";
  render(<App />, at);
}

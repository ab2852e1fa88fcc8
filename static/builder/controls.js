/** Every control that only the builder has. */
import "./condition.js";
import "./assignments.js";
import "./formula.js";
import "./people.js";
import "./rows.js";
import "./plan.js";

"""Questions about a plan that the plan does not answer by itself: why here, what if, why not."""

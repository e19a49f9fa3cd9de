"""Between Flask and the views: guards, refusals, filters, conditional GET, error pages."""

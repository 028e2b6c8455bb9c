"""The HTML of every object (`shown`, made by the tests of surface/) in a browser, compared to `pictures`."""
